"""What a lower app needs of a higher one, by its dotted name."""

from __future__ import annotations

OWN_PICTURE_READER = "personalize.photos.brought_pictures"  # what reads it in a bounded child: the app that knows faces
MISSING_WORKERS = "covers.registry.missing_workers"  # what /healthz/ asks
HEARTBEAT = "covers.registry.Heartbeat"  # what processes of the ground floor say that they live with
HELD_PICTURES = "covers.safety.withholding.overdue"  # as above
MAY_UPLOAD = "accounts.reachable.may_upload"  # whose files are read at all: the web server asks before it reads a body
WORKERS = {  # the class of the RQ worker of each queue, by dotted name
    "write": "covers.drawing.workers.ResidentWorker",
    "draw": "covers.drawing.workers.DrawWorker",
    "finish": "covers.drawing.workers.ResidentWorker",
    "mail": "covers.drawing.workers.ResidentWorker",
    "train": "personalize.training.worker.TrainWorker",
    "learn": "covers.drawing.workers.ResidentWorker",
}
CHORES = (  # what the sweeper does besides its jobs, by dotted name
    "covers.weekly.model_watch.watch_models",
    "covers.registry.pictures.end_late",
    "covers.safety.withholding.look_again",
    "covers.services.drawing_together.begin_waiting",
    "albumsite.mail.outbox.tend",
    "albumsite.retention.sweep",
    "albumsite.jobs.sweeper.tell_overdue",
)
OBJECT_OWNERS = {  # who knows which objects of a folder somebody names: albumsite/media/orphans.py
    "covers/": "covers.keeping.named_covers",
    "pictures/": "covers.keeping.named_pictures",
    "faces/": "personalize.keeping.named_faces",
    "albums/": "covers.keeping.named_albums",
    "learning/": "covers.keeping.named_learning",
    "reports/": "covers.keeping.named_reports",
    "models/": "covers.keeping.named_models",
    "trial/": "covers.keeping.nobody_names",
}
