"""jupyter_kernel_test: all of it, nothing skipped."""

from __future__ import annotations

from pathlib import Path

import jupyter_kernel_test
import pytest


@pytest.mark.usefixtures("jupyter_path")
class TestConformance(jupyter_kernel_test.KernelTests):  # type: ignore[misc]
    kernel_name = "qjs"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [{"text": "%%mou", "matches": {"%%mount"}}]  # noqa: RUF012
    complete_code_samples = ["1", "const a = 1", "function f() {\n}\n", "%tree"]  # noqa: RUF012
    incomplete_code_samples = ["function f() {", "if (true) {\n  const a = [1,"]  # noqa: RUF012
    invalid_code_samples = ["const = 1", "let a b"]  # noqa: RUF012
    code_page_something = "Math?"
    code_generate_error = "throw new Error('expected')"
    code_execute_result = [  # noqa: RUF012
        {"code": "1 + 2", "result": "3"},
        {"code": "({ a: 1 })", "result": "{ a: 1 }"},
    ]
    code_display_data = [  # noqa: RUF012
        {"code": "%%python\nfrom IPython.display import display\ndisplay({'text/plain': 'shown'}, raw=True)",
         "mime": "text/plain"},
        {"code": "display([{ a: 1 }, { a: 2 }])", "mime": "text/html"},
        {"code": "display.progress(3)", "mime": "text/html"},
    ]  # fmt: skip
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "search", "range")
    code_inspect_sample = "%%mount"
    code_clear_output = "clear()"
    support_iopub_welcome = True

    @pytest.fixture(autouse=True)
    def _path(self, jupyter_path: Path) -> None:
        """The kernelspec lies in a directory of its own."""
