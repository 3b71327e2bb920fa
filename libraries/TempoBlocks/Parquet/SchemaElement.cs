namespace TempoCos.TempoBlocks.Parquet;

/// <summary>A node of the flattened schema tree. <paramref name="Repetition"/>: 0 required, 1 optional, 2 repeated.</summary>
internal sealed record SchemaElement(string Name, PhysicalType? Type, int Repetition, int Children)
{
    public static SchemaElement Read(ref ThriftReader reader)
    {
        var name = "";
        PhysicalType? type = null;
        var (repetition, children) = (0, 0);
        var outer = reader.BeginStruct();
        while (reader.NextField(out var id, out var field))
        {
            switch (id)
            {
                case 1: type = (PhysicalType)reader.ReadInt32(field); break;
                case 3: repetition = reader.ReadInt32(field); break;
                case 4: name = System.Text.Encoding.UTF8.GetString(reader.ReadBinary(field)); break;
                case 5: children = reader.ReadInt32(field); break;
                default: reader.Skip(field); break;
            }
        }

        reader.EndStruct(outer);
        return new SchemaElement(name, type, repetition, children);
    }

    /// <summary>The columns of the tree, with their maximal levels.</summary>
    public static IReadOnlyList<SchemaLeaf> Leaves(IReadOnlyList<SchemaElement> elements)
    {
        const int maxDepth = 32;
        var leaves = new List<SchemaLeaf>();
        if (elements.Count == 0)
        {
            throw new InvalidDataException("the footer has no schema");
        }

        var next = 1;
        for (var i = 0; i < elements[0].Children; i++)
        {
            Visit("", 0, 0, [0], 1);
        }

        return next == elements.Count ? leaves : throw new InvalidDataException("the schema's tree has elements outside of it");

        void Visit(string parent, int repetition, int definition, int[] levels, int depth)
        {
            if (next >= elements.Count || depth > maxDepth)
            {
                throw new InvalidDataException("the schema's tree is cut off or too deep");
            }

            var element = elements[next++];
            var path = parent.Length == 0 ? element.Name : $"{parent}.{element.Name}";
            if (element.Repetition != 0)
            {
                definition++;
            }

            if (element.Repetition == 2)
            {
                repetition++;
                levels = [.. levels, definition];
            }

            if (element.Children == 0 && element.Type is { } type)
            {
                leaves.Add(new SchemaLeaf(leaves.Count, path, type, repetition, definition, levels));
                return;
            }

            for (var i = 0; i < element.Children; i++)
            {
                Visit(path, repetition, definition, levels, depth + 1);
            }
        }
    }
}
