"""The desk's screens: pages rendered on the server, their style sheet and two small scripts."""

from mujaz.desk.screens.pages import error_page, sign_in_page
from mujaz.desk.screens.routes import screen_routes

__all__ = ["error_page", "screen_routes", "sign_in_page"]
