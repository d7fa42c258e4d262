-- For PDF and web pages: real footnotes, chapters without a number, tables that lay themselves out.

local unnumbered = {
  "samenvatting", "summary", "colofon", "colophon", "bijlage", "annex", "appendix", "voorwoord", "leeswijzer",
  "verantwoording", "bronnen", "sources",
}

local bare = false -- whether the chapter that we are in has no number, and so none of its parts

local function is_unnumbered(title)
  if title:find("^%d%d?[%.%s]") then return true end -- the writer numbered it
  for _, name in ipairs(unnumbered) do
    if title:find("^" .. name .. "%f[%A]") then return true end
  end
  return false
end

local function count(tbl)
  local rows = 0
  for _, body in ipairs(tbl.bodies) do rows = rows + #body.body end
  return rows
end

return {
  {
    Note = function(note)
      return pandoc.Span(pandoc.utils.blocks_to_inlines(note.content, { pandoc.Space() }), { class = "voetnoot" })
    end,
    Header = function(header)
      if header.level == 1 then bare = is_unnumbered(pandoc.utils.stringify(header):lower()) end
      if bare then header.classes:insert("unnumbered") end
      return header
    end,
    Table = function(tbl)
      for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], nil } end
      tbl.classes:insert(count(tbl) <= 8 and "kort" or "lang")
      return pandoc.Div({ tbl }, { class = #tbl.colspecs >= 3 and "breed" or "smal" })
    end,
  },
  {
    -- Between two columns a heading stays with its wide table: both go over the full width.
    Pandoc = function(doc)
      if pandoc.utils.stringify(doc.meta.opmaak or "") ~= "tweekoloms" then return nil end
      local blocks = pandoc.Blocks({})
      for _, block in ipairs(doc.blocks) do
        local last = blocks[#blocks]
        if block.t == "Div" and block.classes:includes("breed") and last and last.t == "Header" then
          blocks:remove()
          block.content:insert(1, last)
        end
        blocks:insert(block)
      end
      doc.blocks = blocks
      return doc
    end,
  },
}
