#!/usr/bin/env python3
"""Phones over TCP for live_storm.py: they register, refresh, and come back when the connection is lost.

    tcp_phones.py PORT PHONES PER_S AGENT EVERY_S [AGENT EVERY_S...]

Each has a connection and an address of its own, as phone.xml's, and the same timers. One whose connection ends tries
at once to open another; refused, it waits its own fixed time. Runs until it is ended.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import asyncio
import hashlib
import random
import re
import sys

DOMAIN, PASSWORD, SERVER = 'sip.test.invalid', 's3cret', '127.0.0.1'
ANSWER_S, REFRESH_S = 32, (8, 14)


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


async def answer(reader):
    """(status, header fields) of the next message; a body is skipped."""
    head = (await reader.readuntil(b'\r\n\r\n')).decode()
    length = re.search(r'(?im)^content-length\s*:\s*(\d+)', head)
    await reader.readexactly(int(length.group(1)) if length else 0)
    return int(head.split(' ', 2)[1]), head


class Phone:
    def __init__(self, port, number, agent, every_s):
        self.port, self.user, self.agent, self.every_s = port, str(1000 + number), agent, every_s
        self.address = '127.0.%d.%d' % (10 + number // 250, 1 + number % 250)
        self.call, self.tag = '%016x' % random.getrandbits(64), '%08x' % random.getrandbits(32)
        self.cseq, self.nonce, self.used = 0, None, 0

    def credentials(self):
        if not self.nonce:
            return ''
        self.used += 1
        count, once, uri = '%08x' % self.used, '%08x' % random.getrandbits(32), 'sip:' + DOMAIN
        secret, request = md5('%s:%s:%s' % (self.user, DOMAIN, PASSWORD)), md5('REGISTER:' + uri)
        response = md5(':'.join((secret, self.nonce, count, once, 'auth', request)))
        return ('Authorization: Digest username="%s",realm="%s",nonce="%s",uri="%s",qop=auth,nc=%s,cnonce="%s",'
                'response="%s",algorithm=MD5\r\n' % (self.user, DOMAIN, self.nonce, uri, count, once, response))

    def request(self, port):
        self.cseq += 1
        aor = '<sip:%s@%s>' % (self.user, DOMAIN)
        lines = ('REGISTER sip:%s SIP/2.0' % DOMAIN,
                 'Via: SIP/2.0/TCP %s:%d;rport;branch=z9hG4bK%s-%d' % (self.address, port, self.tag, self.cseq),
                 'Max-Forwards: 70', 'From: "Desk %s" %s;tag=%s' % (self.user, aor, self.tag), 'To: ' + aor,
                 'Call-ID: ' + self.call, 'CSeq: %d REGISTER' % self.cseq,
                 'Contact: <sip:%s@%s:%d;transport=tcp>' % (self.user, self.address, port),
                 self.credentials() + 'Expires: 16', 'User-Agent: ' + self.agent, 'Content-Length: 0', '', '')
        return '\r\n'.join(lines).encode()

    async def register(self, reader, writer):
        """Until the connection is lost, which is an exception."""
        port = writer.get_extra_info('sockname')[1]
        while True:
            writer.write(self.request(port))
            status, head = await asyncio.wait_for(answer(reader), ANSWER_S)
            if status == 401:
                self.nonce, self.used = re.search('nonce="([^"]+)"', head).group(1), 0
                continue
            told = re.search(r'(?im)^retry-after\s*:\s*(\d+)', head)
            await self.idle(reader, float(told.group(1)) if told else random.uniform(*REFRESH_S))

    @staticmethod
    async def idle(reader, seconds):
        try:
            await asyncio.wait_for(reader.read(1), seconds)
        except asyncio.TimeoutError:
            return
        raise ConnectionError('the server closed the connection')

    async def run(self, delay_s):
        await asyncio.sleep(delay_s)
        while True:
            try:
                reader, writer = await asyncio.open_connection(SERVER, self.port, local_addr=(self.address, 0))
            except OSError:
                await asyncio.sleep(self.every_s)
                continue
            try:
                await self.register(reader, writer)
            except (OSError, EOFError, asyncio.TimeoutError):
                writer.close()


async def main():
    port, phones, per_s, *agents = sys.argv[1:]
    kinds = list(zip(agents[::2], agents[1::2]))
    every = []
    for n in range(int(phones)):
        agent, every_s = kinds[n % len(kinds)]
        every.append(Phone(int(port), n, agent, float(every_s)).run(n / float(per_s)))
    await asyncio.gather(*every)


if __name__ == '__main__':
    asyncio.run(main())
