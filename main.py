"""Entry of the packaged app (`flet build`) and of `flet run`. In a browser use `hearthside app --web`."""

from app.main import run_packaged

if __name__ == "__main__":
    run_packaged()
