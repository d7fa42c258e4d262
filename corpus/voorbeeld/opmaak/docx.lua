-- For Word: column widths by how much text a column holds (pipe tables give every column the same).

local function weigh(weights, rows)
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row.cells) do
      local text = pandoc.utils.stringify(cell.contents)
      local longest = 0
      for word in text:gmatch("%S+") do longest = math.max(longest, #word) end
      weights[i] = math.max(weights[i] or 6, longest * 1.2, math.min(#text, 60) * 0.5)
    end
  end
end

function Table(tbl)
  local weights, total = {}, 0
  weigh(weights, tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do weigh(weights, body.body) end
  for _, weight in ipairs(weights) do total = total + weight end
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], weights[i] / total } end
  return tbl
end
