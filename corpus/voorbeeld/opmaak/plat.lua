-- For Markdown and plain text: the caption of a table becomes a line of its own above it.

function Table(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  if #caption == 0 then return nil end
  tbl.caption = { long = {} }
  return { pandoc.Para({ pandoc.Strong(caption) }), tbl }
end
