"""Put a checkpoint or an adapter into the registry, and prove it at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from albumsite.errors import EngineError, StorageError
from albumsite.processes.preparing import migrate
from covers import registry
from covers.errors import failure_text
from covers.management.approving import wait_for_picture
from covers.models import Kind, ModelState, ModelVersion


class Command(BaseCommand):
    help = (
        "Register a checkpoint or an adapter, and verify it: only safetensors, whole, of SDXL's shape. It draws after "
        "--activate, or when it is activated in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="short and lasting, for example summer-2026-v1")
        parser.add_argument(
            "--source", required=True,
            help="owner/name of the hub (an adapter: owner/name/file.safetensors), a folder, a .safetensors file, or "
            "storage:KEY of the private bucket",
        )  # fmt: skip
        parser.add_argument("--kind", choices=Kind.values, default=Kind.CHECKPOINT)
        parser.add_argument("--revision", default="", help="of a hub id: its commit, 40 letters and digits")
        parser.add_argument(
            "--sha256", default="", help="of the file, or of the folder's manifest (docs/operations.md)"
        )
        parser.add_argument("--licence", required=True, help="SPDX identifier, or its name")
        parser.add_argument("--licence-url", default="")
        uses = parser.add_mutually_exclusive_group()
        uses.add_argument("--commercial", dest="allows_commercial_use", action="store_const", const=True)
        uses.add_argument("--no-commercial", dest="allows_commercial_use", action="store_const", const=False)
        parser.add_argument("--name", default="", help="what people read on the create form")
        parser.add_argument(
            "--config", default="", help="of a single-file checkpoint: a folder or hub id with its configuration"
        )
        parser.add_argument(
            "--base-model", default="", metavar="KEY", help="of an adapter: the model it was trained on"
        )
        parser.add_argument("--trigger-words", default="")
        parser.add_argument("--weight", dest="adapter_scale", type=float, default=1.0)
        parser.add_argument("--native-side", type=int, help="pixels; pictures are drawn at this size, then enlarged")
        parser.add_argument("--steps", dest="num_inference_steps", type=int)
        parser.add_argument("--guidance", dest="guidance_scale", type=float)
        parser.add_argument("--scheduler", default="")
        parser.add_argument(
            "--offer", dest="is_offered", action="store_true", help="on the create form, beside the one in use"
        )
        parser.add_argument(
            "--upload", action="store_true", help="copy the files to the private bucket, for many machines"
        )
        parser.add_argument(
            "--activate", action="store_true",
            help="use it from now on, when a draw worker has drawn a small picture with it; waits for that",
        )  # fmt: skip
        parser.add_argument(
            "--no-wait",
            action="store_true",
            help="with --activate: ask for the picture, and leave the rest to the worker",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        migrate()
        try:
            version = registry.register_model(model=read_options(options))
            if options["upload"]:
                registry.upload_model(version=version)
            registry.verify_model(version=version)
            if version.state == ModelState.BROKEN:
                raise CommandError(f"{version.key} is registered, but broken: {version.reason}")
            if options["activate"]:
                test = registry.put_to_use(version=version)
                if test is not None and options["no_wait"]:
                    self.stdout.write(registry.being_tried(version))
                elif test is not None:
                    wait_for_picture(test)
                version.refresh_from_db()
        except registry.BadModel as error:
            raise CommandError(str(error)) from error
        except EngineError as error:
            raise CommandError(f"not verified yet: {failure_text(error.message_id)} ({error.detail})") from error
        except StorageError as error:
            raise CommandError(f"the private bucket does not answer: {error}") from error
        self.stdout.write(
            f"{version.key}: {version.get_state_display()}, {version.size_bytes} bytes, SHA-256 {version.sha256}"
        )


def read_options(options: dict[str, Any]) -> registry.NewModel:
    """The command line as the registry wants it. Raises BadModel."""
    same = ("key", "kind", "revision", "sha256", "licence", "licence_url", "allows_commercial_use", "name", "config",
            "trigger_words", "adapter_scale", "native_side", "num_inference_steps", "guidance_scale", "scheduler",
            "is_offered")  # fmt: skip
    base = None
    if options["base_model"]:
        base = ModelVersion.objects.filter(key=options["base_model"], kind=Kind.CHECKPOINT).first()
        if base is None:
            raise CommandError(f"--base-model: there is no checkpoint {options['base_model']!r}")
    source = registry.parse_source(options["source"], options["kind"], is_here=True)
    return registry.NewModel(source=source, base_model=base, **{name: options[name] for name in same})
