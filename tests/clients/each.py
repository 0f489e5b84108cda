"""Runs scripts of this folder, each in a process of its own that has the modules loaded already.

To load an SDK takes longer than to try it. So they are loaded once, and each run is a fork of this process: it shares what
was loaded and nothing of what another run does. Jobs come as JSON on the standard input, a list of `[script, url, key,
log]`; what came of them goes to the standard output, a list of `[status, output]` in the same order.
"""

import importlib
import json
import os
import pathlib
import re
import runpy
import sys
import tempfile
import traceback

AT_ONCE = 2
FOLDER = pathlib.Path(__file__).parent


def load(script):
    """Loads what a script says that it imports; the script itself will say what is missing."""
    text = (FOLDER / script).read_text(encoding="utf-8")
    for name in re.findall(r"^(?:import|from) ([\w.]+)", text, re.MULTILINE):
        try:
            importlib.import_module(name)
        except ImportError:
            pass


def run(script, arguments, output):
    """The forked process: the script, as if it had been started by itself."""
    os.dup2(output.fileno(), 1)
    os.dup2(output.fileno(), 2)
    sys.argv = [str(FOLDER / script), *arguments]
    status = 0
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def started(job):
    """A running job: its process, and the file that its output goes to."""
    script, *arguments = job
    output = tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        run(script, arguments, output)
    return child, output


def results(jobs):
    """What came of all jobs. Some run at once, never two with one URL: they count the records that they make."""
    came = [None] * len(jobs)
    waiting = list(range(len(jobs)))
    running = {}
    while waiting or running:
        busy = {jobs[place][1] for place, _ in running.values()}
        free = [place for place in waiting if jobs[place][1] not in busy]
        if free and len(running) < AT_ONCE:
            waiting.remove(free[0])
            child, output = started(jobs[free[0]])
            running[child] = free[0], output
            continue
        child, status = os.wait()
        place, output = running.pop(child)
        output.seek(0)
        came[place] = [os.waitstatus_to_exitcode(status), output.read().decode("utf-8", "replace")]
        output.close()
    return came


def main():
    jobs = json.load(sys.stdin)
    for script in dict.fromkeys(job[0] for job in jobs):
        load(script)
    json.dump(results(jobs), sys.stdout)


main()
