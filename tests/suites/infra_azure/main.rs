//! What must hold of the stack for Azure whatever linters say, the page that tells of it, and then the linters. There is no
//! Bicep compiler in the test command: two parsers read the files, and `conformance::bicep` looks for names that nothing
//! declares. To allow an identity something new, add its row to `rows::GRANTS` and to the page.

mod harms;
mod inputs;
mod linters;
mod names;
mod outputs;
mod page;
mod promises;
mod rows;
mod stack;
