"""One call over TLS to a service of this machine, for tests that have no TLS of their own.

Usage: tls_call.py AUTHORITY METHOD HOST PORT PATH [NAME:VALUE ...]. Trusts AUTHORITY (a file) alone; asks 127.0.0.1 as
HOST; prints the status and the headers, each on a line.
"""

import http.client
import socket
import ssl
import sys

authority, method, host, port, path, *headers = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
plain = socket.create_connection(("127.0.0.1", int(port)))
call = http.client.HTTPConnection(host, int(port))
call.sock = context.wrap_socket(plain, server_hostname=host)
call.request(method, path, headers=dict(header.split(":", 1) for header in headers))
answer = call.getresponse()
print(answer.status)
for name, value in answer.getheaders():
    print(f"{name.lower()}: {value}")
