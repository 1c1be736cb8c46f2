/* SPDX-License-Identifier: EUPL-1.2 */
#include "ui/unlock_view.h"

#include "base/banned.h"

enum { TEXT_ROWS = 8, LEFT = 4, FIELD_COLS = 60, TEXT_COLS = 72 };

void unlock_view(struct canvas *c, const struct unlock_model *m)
{
	int y = FRAME_BODY + 2, end, n;

	if (!frame_draw(c, &m->frame))
		return;
	canvas_field(c, y, LEFT, c->cols - LEFT, STYLE_HEAD, m->heading);
	n = canvas_block(c, y + 2, LEFT, TEXT_ROWS, TEXT_COLS, STYLE_NORMAL, m->text, 0);
	y += 3 + (n < TEXT_ROWS ? n : TEXT_ROWS);
	if (m->error)
		canvas_fieldf(c, y + 2, LEFT, c->cols - LEFT, STYLE_WARN, "! %s", m->error);
	if (m->busy)
		canvas_field(c, y + 3, LEFT, c->cols - LEFT, STYLE_NORMAL, m->busy);
	end = canvas_put(c, y, LEFT, 30, STYLE_NORMAL, m->label);
	(void)canvas_put(c, y, end + 1, 1, STYLE_NORMAL, "[");
	if (end + 3 + FIELD_COLS > c->cols)
		n = c->cols - end - 4;
	else
		n = FIELD_COLS;
	(void)canvas_put(c, y, end + 2 + n, 1, STYLE_NORMAL, "]");
	line_draw(c, y, end + 2, n, m->secret, true);
	frame_cursor(c, &m->frame);
}
