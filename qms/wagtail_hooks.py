"""Where the ground touches Wagtail's admin."""

from wagtail import hooks

from qms import absent_libraries

hooks.register("construct_admin_api", absent_libraries.register)
