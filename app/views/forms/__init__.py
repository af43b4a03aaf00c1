"""Content drawn as forms: one control for each kind of item, the same for every instrument."""

from app.views.forms.form import fields, form

__all__ = ["fields", "form"]
