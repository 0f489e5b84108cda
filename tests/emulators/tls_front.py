"""TLS in front of a plain port of this machine, for what is only ever called by `https`.

Usage: tls_front.py FOLDER NAMES PORT. Makes a certificate authority in FOLDER (`ca.pem`), and a certificate for NAMES,
which have commas between them (`own.pem`, with its key); listens on a free port of 127.0.0.1, prints its number, and
passes every byte on to PORT.
"""

import asyncio
import datetime
import ipaddress
import pathlib
import ssl
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certificate(names, issuer, public_key, by):
    builder = x509.CertificateBuilder().subject_name(named(names[0])).issuer_name(named(issuer))
    builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
    ours = x509.BasicConstraints(ca=names[0] == issuer, path_length=None)
    builder = builder.add_extension(ours, critical=True)
    if names[0] != issuer:
        other = [x509.DNSName(name) for name in names] + [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(other), critical=False)
    return builder.sign(by, hashes.SHA256())


def write(folder, names):
    authority, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    title = "an authority of a test"
    pem = serialization.Encoding.PEM
    root = certificate([title], title, authority.public_key(), authority)
    leaf = certificate(names, title, own.public_key(), authority)
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(root.public_bytes(pem))
    (folder / "own.pem").write_bytes(leaf.public_bytes(pem) + key)


async def pass_on(source, target):
    try:
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    except OSError:
        pass
    finally:
        target.close()


async def main():
    folder, names, port = pathlib.Path(sys.argv[1]), sys.argv[2].split(","), int(sys.argv[3])
    write(folder, names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")

    async def serve(source, target):
        far_source, far_target = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(source, far_target), pass_on(far_source, target))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
