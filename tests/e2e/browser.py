"""A headless Chromium, spoken to over a pipe (--remote-debugging-pipe): JSON messages that end in NUL, as the Chrome
DevTools Protocol says. No library, no port, no network.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import json
import os
import re
import select
import shutil
import subprocess
import tempfile
import time

FLAGS = ('--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
         '--remote-debugging-pipe')
TIMEOUT_S = 60
# What a zoom leaves outside: Debian 13's dygraphs is built with its developers' remarks.
REMARKS = r'\d+ points out of X bounds:.*'


def find():
    return shutil.which('chromium') or shutil.which('chromium-browser')


class Browser:
    """One page at a time. `faults` collects what a page complains of, from open() on."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix='sianto-browser-')
        ours, theirs = os.pipe(), os.pipe()  # we write ours[1], it reads ours[0] as 3; it writes theirs[1] as 4
        self.out, self.inp = ours[1], theirs[0]
        child_in, child_out = ours[0], theirs[1]

        def arrange():
            high_in, high_out = os.dup(child_in), os.dup(child_out)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)
        self.process = subprocess.Popen([find(), '--user-data-dir=' + self.profile, *FLAGS], preexec_fn=arrange,
                                        close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(child_in)
        os.close(child_out)
        self.buffer, self.last, self.faults, self.loaded, self.requests = b'', 0, [], False, []
        self.session = None
        target = self.call('Target.createTarget', url='about:blank')['targetId']
        self.session = self.call('Target.attachToTarget', targetId=target, flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(domain + '.enable')

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        os.close(self.out)
        os.close(self.inp)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self, deadline):
        while b'\0' not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.inp], [], [], left)[0]:
                raise TimeoutError('the browser says nothing')
            data = os.read(self.inp, 1 << 20)
            if not data:
                raise EOFError('the browser has ended')
            self.buffer += data
        text, self.buffer = self.buffer.split(b'\0', 1)
        message = json.loads(text)
        if 'method' in message:
            self.event(message['method'], message['params'])
        return message

    def event(self, method, params):
        if method == 'Page.loadEventFired':
            self.loaded = True
        elif method == 'Runtime.exceptionThrown':
            details = params['exceptionDetails']
            self.faults.append('exception: ' + details.get('exception', {}).get('description', details['text']))
        elif method == 'Runtime.consoleAPICalled' and params['type'] in ('error', 'warning', 'assert'):
            text = ' '.join(str(a.get('value', a.get('description'))) for a in params['args'])
            if not re.fullmatch(REMARKS, text):
                self.faults.append('console: ' + text)
        elif method == 'Log.entryAdded' and params['entry']['level'] in ('error', 'warning'):
            self.faults.append('log: ' + params['entry']['text'])
        elif method == 'Page.javascriptDialogOpening':
            self.faults.append('dialog: ' + params['message'])
            self.send('Page.handleJavaScriptDialog', accept=True)
        elif method == 'Network.requestWillBeSent':
            self.requests.append(params['request']['url'])

    def send(self, method, **params):
        self.last += 1
        message = {'id': self.last, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.out, json.dumps(message).encode() + b'\0')
        return self.last

    def call(self, method, **params):
        number, deadline = self.send(method, **params), time.monotonic() + TIMEOUT_S
        while True:
            message = self.receive(deadline)
            if message.get('id') == number:
                if 'error' in message:
                    raise RuntimeError('%s: %s' % (method, message['error']))
                return message['result']

    def open(self, path, width, height, dark=False, phone=False):
        self.faults, self.requests, self.loaded = [], [], False
        self.call('Emulation.setDeviceMetricsOverride', width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.call('Emulation.setTouchEmulationEnabled', enabled=phone)
        self.call('Emulation.setEmulatedMedia',
                  features=[{'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}])
        self.call('Page.navigate', url='file://' + path)
        deadline = time.monotonic() + TIMEOUT_S
        while not self.loaded:
            self.receive(deadline)

    def evaluate(self, expression):
        result = self.call('Runtime.evaluate', expression=expression, returnByValue=True, awaitPromise=True)
        if 'exceptionDetails' in result:
            raise RuntimeError('%s: %s' % (expression, result['exceptionDetails']))
        return result['result'].get('value')

    def mouse(self, kind, x, y, buttons=0, clicks=0):
        self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, button='left' if kind != 'mouseMoved' else 'none',
                  buttons=buttons, clickCount=clicks)

    def drag(self, x1, x2, y):
        self.mouse('mouseMoved', x1, y)
        self.mouse('mousePressed', x1, y, 1, 1)
        for part in (1, 2, 3):
            self.mouse('mouseMoved', x1 + (x2 - x1) * part / 3, y, 1)
        self.mouse('mouseReleased', x2, y, 0, 1)

    def screenshot(self, path):
        """The whole page, as long as it is."""
        data = self.call('Page.captureScreenshot', format='png', captureBeyondViewport=True)['data']
        with open(path, 'wb') as file:
            file.write(base64.b64decode(data))

    def pdf(self):
        return base64.b64decode(self.call('Page.printToPDF', printBackground=True)['data'])
