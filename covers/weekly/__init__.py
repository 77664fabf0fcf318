"""The weekly model: when it is trained, tried with people, promoted and rolled back. Rows and rules; nothing here imports torch.

`cron_scheduler` looks every ten minutes, `due_work` knows what is due; `retraining` trains (in a `training_folder`) and
`candidates` records what came of it; `rollout` tries, promotes and rolls back; `model_watch` ends what people like less,
`faulty_models` what fails for everybody; `model_history` tells members of it.
"""
