"""The small stylesheet, made from the tokens: inputs, menus, scroll bars. It holds no font rules."""

from string import Template

from desktop.widgets.theme import ON_ACCENT, Tokens

_RULES = Template(
    """
QToolTip { background: $tip; color: $tip_text; border: 1px solid $tip; padding: 4px 6px; }
QLineEdit, QTextEdit { background: $surface; color: $t1; border: 1px solid $strong;
  border-radius: 6px; padding: 0 8px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit { min-height: 30px; max-height: 30px; }
QTextEdit { padding: 5px 4px; }
QLineEdit:focus, QTextEdit:focus { border: 2px solid $ring; padding: 0 7px; }
QLineEdit:focus { min-height: 28px; max-height: 28px; }
QTextEdit:focus { padding: 4px 3px; }
QLineEdit[invalid="true"], QTextEdit[invalid="true"] { border: 2px solid $bad; padding: 0 7px; }
QLineEdit[invalid="true"] { min-height: 28px; max-height: 28px; }
QTextEdit[invalid="true"] { padding: 4px 3px; }
QLineEdit:read-only, QLineEdit:disabled { background: $sunken; color: $t2; border: 1px solid $border; }
QLineEdit[cell="true"] { border: none; border-radius: 0; padding: 0 6px; min-height: 0; max-height: 99px;
  background: $surface; }
QLineEdit[bare="true"], QTextEdit[bare="true"] { border: none; border-radius: 0; padding: 0;
  background: transparent; }
QMenu, QComboBox QAbstractItemView, QListView[popup="true"] { background: $surface; color: $t1;
  border: 1px solid $border; border-radius: 6px; padding: 4px; outline: 0; }
QMenu::item { padding: 6px 16px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $sel; color: $t1; }
QMenu::item:disabled { color: $tdis; }
QMenu::separator { height: 1px; background: $line; margin: 4px 4px; }
QMenu::icon { padding-left: 8px; }
QComboBox QAbstractItemView::item, QListView[popup="true"]::item { min-height: 28px; padding: 0 8px;
  border-radius: 4px; }
QComboBox QAbstractItemView::item:selected, QListView[popup="true"]::item:selected { background: $sel;
  color: $t1; }
QComboBox QAbstractItemView::item:hover, QListView[popup="true"]::item:hover { background: $hover; }
QScrollArea { border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; margin: 2px;
  min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $strong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QTableView { background: $surface; color: $t1; border: none; outline: 0; gridline-color: $line;
  selection-background-color: $sel; selection-color: $t1; }
QTableCornerButton::section { background: $sunken; border: none; }
QHeaderView { background: $sunken; border: none; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
"""
)


def make_stylesheet(tokens: Tokens) -> str:
    return _RULES.substitute(
        tip=tokens.tip,
        tip_text=tokens.tip_text,
        surface=tokens.surface,
        sunken=tokens.sunken,
        hover=tokens.hover,
        sel=tokens.sel,
        line=tokens.line,
        border=tokens.border,
        strong=tokens.strong,
        t1=tokens.t1,
        t2=tokens.t2,
        tdis=tokens.tdis,
        accent=tokens.accent,
        ring=tokens.accent,
        bad=tokens.bad.solid,
        on_accent=ON_ACCENT,
    )
