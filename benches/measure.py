#!/usr/bin/env python3
"""Measures the built binary, on trees of benches/trees.py in a temporary directory.

    benches/measure.py instructions --build [--check | --write]
                                                          instructions a byte of input, by callgrind
    benches/measure.py ratio [-n APPS]                    CPU and wall time against sha256sum of the same files
    benches/measure.py growth                             growth of CPU, for trees and for each stressing input
    benches/measure.py memory [-n APPS]                   peak memory against the size of the input
    benches/measure.py startup                            time for one application, against an empty program
    benches/measure.py page [-n APPS]                     size of pages, and times in a browser
    benches/measure.py writing [-n APPS]                  stamps written in place, against a program that only writes
    benches/measure.py cold [-n APPS]                     wall time with no file in memory, against sha256sum
    benches/measure.py peers [-n APPS]                    CPU against kustomize (kubectl) and a script with PyYAML

Times are taken in turns with what they are compared with, since a busy machine slows both down; what is printed is the
median of the ratios. Instructions are the same on every run and machine, as long as the compiler is: `--check` fails
above the committed figures by more than five in a hundred, and only prints where the compiler is another one.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# No compiled copy of it is left in the tree.
sys.dont_write_bytecode = True
import trees  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMITTED = os.path.join(ROOT, "benches", "instructions.json")
VERBS = ("stamp", "rename", "links")
TOLERANCE = 1.05
# The build of the committed figures. The released one is optimized at link time, too, which takes minutes.
BUILD = ["cargo", "build", "--quiet", "--release", "--locked", "--bin", "rollstamp"]
BUILD += ["--config", "profile.release.lto=false", "--config", "profile.release.codegen-units=16"]
# Lists and reads a tree, and rewrites each Deployment through a temporary file that is on the disk before it is moved.
FLOOR = """
use std::{env, fs, io::Write, path::PathBuf};
fn main() -> std::io::Result<()> {
    let mut pending: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                pending.push(entry.path());
                continue;
            }
            let text = fs::read(entry.path())?;
            if entry.file_name() == "deployment.yaml" {
                let temporary = directory.join(".floor.tmp");
                let mut file = fs::File::create(&temporary)?;
                file.write_all(&text)?;
                file.write_all(b"# one more line\\n")?;
                file.sync_all()?;
                fs::rename(&temporary, entry.path())?;
            }
        }
    }
    Ok(())
}
"""
# Quarter and whole of each stressing input, with the command that it stresses.
STRESS_SIZES = {
    "shared-config": (10_000, ["stamp"]),
    "many-keys": (10_000, ["links"]),
    "many-volumes": (10_000, ["links"]),
    "one-line": (20_000, ["links", "--format", "json"]),
    "documents": (100_000, ["stamp"]),
    "files": (20_000, ["stamp"]),
    "resource-list": (50_000, ["krm"]),
    "page": (30_000, ["links", "--format", "html"]),
}


def size_of(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(base, name)) for base, _, names in os.walk(path) for name in names)


def run(command, stdin=None):
    """Wall seconds, CPU seconds and peak memory in bytes of one run, whose output goes nowhere."""
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(os.open(stdin, os.O_RDONLY) if stdin else null, 0)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"failed: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def command_of(binary, words, place):
    """The command for an input; a ResourceList comes on standard input."""
    if words == ["krm"]:
        return [binary, "-q", "krm"], os.path.join(place, "list.yaml")
    return [binary, "-q", *words, place], None


def count_instructions(binary, verb, tree):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, "-q", verb, tree]
    environment = {**os.environ, "RAYON_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    for line in done.stderr.splitlines():
        if "Collected" in line:
            return int(line.split()[-1])
    sys.exit(f"callgrind counted nothing: {done.stderr}")


def measure_instructions(binary, directory):
    """Instructions a byte: the difference between two trees, so that starting up does not count."""
    small, large = os.path.join(directory, "t10"), os.path.join(directory, "t100")
    trees.make_tree(small, 10)
    trees.make_tree(large, 100)
    size = size_of(large) - size_of(small)
    figures = {}
    for verb in VERBS:
        counted = count_instructions(binary, verb, large) - count_instructions(binary, verb, small)
        figures[verb] = round(counted / size, 1)
    return figures


def compiler():
    return subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def report_instructions(args, directory):
    figures = measure_instructions(args.binary, directory)
    with open(COMMITTED, encoding="utf-8") as file:
        committed = json.load(file)
    failed = False
    for verb, figure in figures.items():
        before = committed["instructionsPerByte"][verb]
        print(f"{verb:8} {figure:6.1f} instructions a byte (committed: {before})")
        failed |= figure > before * TOLERANCE
    if args.write:
        with open(COMMITTED, "w", encoding="utf-8") as file:
            json.dump({"rustc": compiler(), "instructionsPerByte": figures}, file, indent=2)
            file.write("\n")
    elif args.check and committed["rustc"] != compiler():
        print(f"not compared: built by rustc {compiler()}, and the committed figures are of {committed['rustc']}")
    elif args.check and failed:
        sys.exit("more than 5 % above the committed figures: find out why, or renew them with --write and say why")


def hash_command(tree):
    return ["sh", "-c", f"find {tree} -type f -print0 | xargs -0 sha256sum"]


def compile_program(directory, name, source):
    """Compiles a program to compare with, and returns its path."""
    path = os.path.join(directory, name)
    trees.write(f"{path}.rs", source)
    subprocess.run(["rustc", "-O", "-o", path, f"{path}.rs"], check=True)
    return path


def report_ratio(args, directory):
    tree = os.path.join(directory, "tree")
    trees.make_tree(tree, args.n)
    hashing = hash_command(tree)
    for verb in VERBS:
        wall, cpu = [], []
        for number in range(args.rounds + 1):
            ours, theirs = run([args.binary, "-q", verb, tree]), run(hashing)
            if number > 0:
                wall.append(ours[0] / theirs[0])
                cpu.append(ours[1] / theirs[1])
        print(f"{verb:8} CPU {statistics.median(cpu):.2f}, wall {statistics.median(wall):.2f} of sha256sum, N = {args.n}")


def exponent(binary, words, small, large, factor, rounds):
    best = []
    for place in (small, large):
        command, stdin = command_of(binary, words, place)
        best.append(min(run(command, stdin)[1] for _ in range(rounds)))
    peak = run(*command_of(binary, words, large))[2]
    return math.log(best[1] / max(best[0], 1e-3)) / math.log(factor), best, peak / size_of(large)


def report_growth(args, directory):
    def line(name, words, found):
        power, best, peak = found
        print(f"{name:14} {' '.join(words):20} {best[0]:6.2f} to {best[1]:6.2f} s CPU, exponent {power:5.2f}, {peak:5.1f} x in memory")

    for one_namespace in (False, True):
        small, large = (os.path.join(directory, f"t{n}-{one_namespace}") for n in (args.n, 4 * args.n))
        trees.make_tree(small, args.n, one_namespace)
        trees.make_tree(large, 4 * args.n, one_namespace)
        for verb in VERBS:
            name = "one namespace" if one_namespace else "tree"
            line(name, [verb], exponent(args.binary, [verb], small, large, 4, args.rounds))
    for name, (count, words) in STRESS_SIZES.items():
        small, large = os.path.join(directory, f"{name}.1"), os.path.join(directory, f"{name}.4")
        trees.STRESS[name](small, count // 4)
        trees.STRESS[name](large, count)
        line(name, words, exponent(args.binary, words, small, large, 4, args.rounds))


def report_memory(args, directory):
    tree, stream = os.path.join(directory, "tree"), os.path.join(directory, "all.yaml")
    trees.make_tree(tree, args.n)
    trees.make_tree(stream, args.n, stream=True)
    size = size_of(tree)
    for words in (["stamp"], ["rename"], ["stamp", "--check"], ["rename", "--check"], ["links"]):
        peak = run([args.binary, "-q", *words, tree])[2]
        print(f"{' '.join(words):16} {peak / 2**20:7.1f} MiB, {peak / size:5.2f} x {size / 1e6:.1f} MB")
    for verb in VERBS:
        peak = run([args.binary, "-q", verb, "-"], stream)[2]
        print(f"{verb + ' -':16} {peak / 2**20:7.1f} MiB, {peak / size_of(stream):5.2f} x on standard input")


def report_startup(args, directory):
    tree = os.path.join(directory, "one")
    trees.make_tree(tree, 1)
    empty = compile_program(directory, "empty", "fn main() {}\n")
    commands = {"empty": [empty], "version": [args.binary, "version"]}
    commands.update({verb: [args.binary, verb, "-q", tree] for verb in VERBS})
    times = {name: [] for name in commands}
    for _ in range(40 * args.rounds):
        for name, command in commands.items():
            times[name].append(run(command)[:2])
    for name, found in times.items():
        wall, cpu = ([1000 * one[part] for one in found] for part in (0, 1))
        tenth = sorted(wall)[len(wall) // 10]
        print(
            f"{name:8} wall: median {statistics.median(wall):5.2f} ms, tenth {tenth:5.2f} ms, least {min(wall):5.2f} ms; "
            f"CPU: median {statistics.median(cpu):5.2f} ms"
        )


def report_writing(args, directory):
    tree, place = os.path.join(directory, "tree"), os.path.join(directory, "place")
    trees.make_tree(tree, args.n)
    floor = compile_program(directory, "floor", FLOOR)
    commands = {"floor": [floor, place], "stamp": [args.binary, "stamp", "-q", "--write", place]}
    found = {name: [] for name in (*commands, "again")}
    for _ in range(args.rounds):
        for name, command in commands.items():
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(tree, place)
            os.sync()
            found[name].append(run(command))
        found["again"].append(run(commands["stamp"]))
    for name in ("stamp", "again"):
        wall, cpu = (
            statistics.median(one[part] / floor[part] for one, floor in zip(found[name], found["floor"]))
            for part in (0, 1)
        )
        print(f"{name:8} CPU {cpu:.2f}, wall {wall:.2f} of a program that only reads, writes and syncs, N = {args.n}")


def drop_from_memory(tree):
    for base, _, names in os.walk(tree):
        for name in names:
            file = os.open(os.path.join(base, name), os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def report_cold(args, directory):
    tree = os.path.join(directory, "tree")
    trees.make_tree(tree, args.n)
    os.sync()
    for verb in VERBS:
        ratios = []
        for _ in range(args.rounds):
            walls = []
            for command in ([args.binary, verb, "-q", tree], hash_command(tree)):
                drop_from_memory(tree)
                walls.append(run(command)[0])
            ratios.append(walls[0] / walls[1])
        print(f"{verb:8} wall {statistics.median(ratios):.2f} of sha256sum, files not in memory, N = {args.n}")


def report_peers(args, directory):
    tree, built = os.path.join(directory, "tree"), os.path.join(directory, "built")
    trees.make_tree(tree, args.n)
    trees.make_kustomize_tree(built, args.n)
    kubectl, annotate = args.kubectl, os.path.join(ROOT, "benches", "annotate.py")
    each = f"for place in {built}/*/; do {kubectl} kustomize $place; done"
    for name, verb, theirs in [
        ("kustomize, all", "rename", [kubectl, "kustomize", built]),
        ("kustomize, each namespace", "rename", ["sh", "-c", each]),
        ("PyYAML script", "stamp", [sys.executable, annotate, tree]),
    ]:
        if name in args.skip:
            continue
        ours, other = [], []
        for _ in range(args.rounds):
            ours.append(run([args.binary, verb, "-q", tree])[1])
            other.append(run(theirs)[1])
        ratio = statistics.median(their / our for our, their in zip(ours, other))
        mine, its = statistics.median(ours), statistics.median(other)
        print(f"{name:26} {its:7.2f} s CPU, {verb} {mine:6.3f} s: 1/{ratio:.0f}, N = {args.n}")


def change_tree(tree):
    """What a release changes: a value and a line of the configs of each application, its image, and a shared value."""
    replaced = {
        "env.yaml": ("SETTING_3: ", "SETTING_3: new-"),
        "files.yaml": ("listener.70 = ", "listener.70 = 9"),
        "deployment.yaml": (":1.", ":2."),
        "shared.yaml": ("eu-1", "eu-2"),
    }
    for base, _, names in os.walk(tree):
        for name in replaced.keys() & set(names):
            path = os.path.join(base, name)
            with open(path, encoding="utf-8") as file:
                text = file.read()
            trees.write(path, text.replace(*replaced[name], 1))


def report_page(args, directory):
    browser = shutil.which("chromium")
    for count in (args.n // 4, args.n // 2, args.n):
        old, new = (os.path.join(directory, f"{name}-{count}") for name in ("old", "new"))
        trees.make_tree(old, count)
        trees.make_tree(new, count)
        change_tree(new)
        for name, words in {"links": ["links", new], "impact --diff": ["impact", "--diff", "--base", old, new]}.items():
            page = os.path.join(directory, "page.html")
            with open(page, "wb") as file:
                subprocess.run([args.binary, "-q", *words, "--format", "html"], stdout=file, check=True)
            print(f"{name:14} {count:5} workloads, {os.path.getsize(page) / 1e6:5.2f} MB", flush=True)
            if browser and count == args.n:
                script, peers = (os.path.join(ROOT, *path) for path in (("tests", "browser", "many.mjs"), ("target", "peers")))
                subprocess.run(["node", script, peers, browser, page, directory, str(count)], check=True)


REPORTS = {
    "instructions": report_instructions,
    "ratio": report_ratio,
    "growth": report_growth,
    "memory": report_memory,
    "startup": report_startup,
    "page": report_page,
    "writing": report_writing,
    "cold": report_cold,
    "peers": report_peers,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=REPORTS)
    parser.add_argument("--binary", default=os.path.join(ROOT, "target", "release", "rollstamp"))
    parser.add_argument("-n", type=int, default=1000, help="applications of a tree")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kubectl", default="kubectl", help="the kubectl whose kustomize is compared")
    parser.add_argument("--skip", action="append", default=[], help="a comparison of peers that is left out, by its name")
    parser.add_argument("--build", action="store_true", help="build what is measured, without link-time optimization")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    if args.build:
        subprocess.run(BUILD, cwd=ROOT, check=True)
    if not os.access(args.binary, os.X_OK):
        sys.exit(f"{args.binary} is not there: cargo build --release --locked")
    with tempfile.TemporaryDirectory(prefix="rollstamp-measure-") as directory:
        REPORTS[args.what](args, directory)


if __name__ == "__main__":
    main()
