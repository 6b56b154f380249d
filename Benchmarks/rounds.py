"""Times contenders in turn, round after round, so that whatever slows the machine slows all of them."""
import os
import sys
import time

from cases import COUNTED_STEPS


def say(text):
    print(text, file=sys.stderr, flush=True)


def take(case, contenders, result, repeats, seconds, min_steps, save):
    """Fills `result` with the contenders and their measurements, saved after each."""
    for contender in contenders:
        if case.is_counted:
            contender.steps = COUNTED_STEPS
        else:
            contender.calibrate(seconds, min_steps)
        skin = f", skin {contender.options['skin_A']} Å" if contender.options else ""
        say(f"{case.name}: {contender.key}: {contender.steps} steps{skin}")
    result["contenders"] = [c.described() for c in contenders]
    result["measurements"] = []
    for number in range(1 if case.is_counted else repeats):
        for contender in contenders:
            load = os.getloadavg()[0]
            found = contender.measure()
            speed = found["steps"] / found["seconds"]
            say(f"{case.name}, round {number + 1}: {contender.key}: {speed:.4g} steps/s")
            result["measurements"].append({"contender": contender.key, "round": number, "load_before": load,
                                           "time": time.strftime("%H:%M:%S")} | found)
            save()
