"""The commands for what comes from outside: packages of the npm registry, hosts that `fetch` may reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qjs_kernel.magics.actions import Action, Show
from qjs_kernel.magics.choices import package_choices
from qjs_kernel.magics.grammar import (
    Argument,
    Command,
    CommandError,
    Option,
    Parsed,
    closest,
    show_size,
    to_bytes,
    to_seconds,
)

if TYPE_CHECKING:
    from qjs_kernel.npm import Package
    from qjs_kernel.session import Session

__all__ = ["OUTSIDE_COMMANDS"]


def _npm(session: Session, parsed: Parsed, body: str) -> Action:
    action, *names = parsed.words
    if action not in ("add", "list", "remove"):
        raise CommandError(
            f"%npm: unknown action {action!r}{closest(action, ['add', 'list', 'remove'])}; "
            "write %npm add NAME …, %npm list or %npm remove NAME …"
        )
    if action == "list":
        if names:
            raise CommandError(f"%npm: list takes no names, found {names[0]!r}")
        return Show(_package_table(session.packages()))
    if not names:
        raise CommandError(f"%npm: name the packages, as in %npm {action} zod")
    if action == "remove":
        return Show(f"removed {', '.join(session.remove_packages(names))}")
    added = session.add_packages(names, timeout=parsed.options.get("timeout"))
    lines = [_package_table(added.packages)]
    if added.others:
        lines.append(f"and {added.others} more that they need")
    lines += [f"/node_modules/{name} is a mount of your own and stays as it is" for name in added.kept]
    return Show("\n".join(lines))


def _package_table(packages: tuple[Package, ...]) -> str:
    asked = [package for package in packages if package.direct]
    if not asked:
        return "no packages: %npm add NAME"
    rows = [
        (f"{package.name} {package.version}", show_size(package.size), _package_imports(package.imports))
        for package in asked
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]}" for row in rows]
    others = [package for package in packages if not package.direct]
    if others:
        size = show_size(sum(package.size for package in others))
        named = ", ".join(f"{package.name} {package.version}" for package in others[:20])
        lines.append(f"needed by them ({size}): {named}{', …' if len(others) > 20 else ''}")
    return "\n".join(lines)


def _package_imports(imports: tuple[str, ...]) -> str:
    if not imports:
        return "nothing to import but types"
    more = f" and {len(imports) - 4} more" if len(imports) > 4 else ""
    return "import from " + ", ".join(f'"{each}"' for each in imports[:4]) + more


def _allow(session: Session, parsed: Parsed, body: str) -> Action:
    what, *hosts = parsed.words or ("",)
    if what == "html":
        return _allow_html(session, parsed, hosts)
    options = {name.replace("-", "_"): value for name, value in parsed.options.items()}
    off = options.pop("off", False)
    if what not in ("", "fetch"):
        raise CommandError(
            f"%allow: {what!r} is nothing that can be allowed; write %allow fetch HOST … or %allow html"
        )
    if not what and (off or options):
        raise CommandError("%allow: options need what they are for: %allow fetch --off, %allow html --off")
    if options and not hosts and session.fetch_policy is None:
        raise CommandError("%allow: name a host that fetch may reach, as in %allow fetch api.example.com")
    if off and (hosts or options):
        raise CommandError("%allow: --off stands alone: %allow fetch --off")
    if off:
        session.forbid_fetch()
    elif hosts or options:
        if options.pop("private", False):
            options["allow_private"] = True
        try:
            session.allow_fetch(hosts, **options)
        except (TypeError, ValueError) as error:
            raise CommandError(
                f"%allow: {error}".replace("allow_private=True as well", "--private as well")
            ) from None
    policy = session.fetch_policy
    fetch = "fetch: off" if policy is None else f"fetch: {policy.describe()}"
    return Show(fetch if what else f"{fetch}\n{_html_state(session)}")


def _allow_html(session: Session, parsed: Parsed, words: list[str]) -> Action:
    if words or set(parsed.options) - {"off"}:
        raise CommandError("%allow: html takes no words but --off: %allow html, %allow html --off")
    session.allow_html = not parsed.flag("off")
    return Show(_html_state(session))


def _html_state(session: Session) -> str:
    if session.allow_html:
        return "html: as the guest wrote it, scripts too, in a frame that can reach neither the page nor the network"
    return "html: without scripts and styles that could do harm; %allow html shows it whole, in a frame of its own"


def _whole(text: str) -> int:
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise CommandError(f"{text!r} is not a whole number") from None


def _methods(text: str) -> list[str]:
    return text.upper().replace(",", " ").split()


OUTSIDE_COMMANDS: tuple[Command, ...] = (
    Command(
        "npm",
        "line",
        "Add packages of the npm registry to the sandbox, list or remove them.",
        _npm,
        arguments=(
            Argument(
                "ACTION", "add, list or remove", choices=lambda session, word: ("add", "list", "remove")
            ),
            Argument(
                "NAME",
                "packages; add also takes NAME@RANGE, as zod@3 or 'date-fns@>=3 <4'",
                required=False,
                many=True,
                choices=package_choices,
            ),
        ),
        options=(Option("timeout", "seconds that npm may take; 120 by default", "S", to_seconds),),
        details=(
            "The npm of this machine downloads them, without running any of their scripts, and they are mounted "
            "read-only below /node_modules."
        ),
    ),
    Command(
        "allow",
        "line",
        "Let the guest's fetch reach hosts or its HTML be shown whole; alone: show what is allowed.",
        _allow,
        arguments=(
            Argument(
                "WHAT", "fetch or html", required=False, choices=lambda session, word: ["fetch", "html"]
            ),
            Argument(
                "HOST",
                "as api.example.com (by https), '*.example.org', http://localhost:8000, or '*' for every public host",
                required=False,
                many=True,
            ),
        ),
        options=(
            Option("off", "turn it off again; of fetch also forget the hosts"),
            Option("private", "also addresses of this machine and of private networks"),
            Option(
                "methods",
                "request methods, as GET,POST,DELETE; GET, HEAD and POST by default",
                "LIST",
                _methods,
            ),
            Option("timeout", "seconds for a whole request; 5 by default", "S", to_seconds),
            Option("max-bytes", "of a response's body; 10MB by default", "SIZE", to_bytes),
            Option("max-requests", "in one run; 100 by default", "N", _whole),
        ),
        details="Hosts are added to those that were allowed before. See docs/fetch.md for what is checked.",
    ),
)
