using System.Buffers.Binary;
using System.Text;

namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>Ways in which blocks are damaged.</summary>
internal static class BlockMutation
{
    private static readonly long[] Numbers = [0, 1, -1, 7, 127, 128, 255, 65535, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 30, 1L << 40];

    private static readonly Func<Random, MemoryBlockStore, FuzzBlock, FuzzBlock, string>[] All =
    [
        (r, s, b, _) => Data(r, s, b, "bits", d => Flip(r, d, 0, d.Length)),
        (r, s, b, _) => Data(r, s, b, "bits of the footer", d => Flip(r, d, d.Length - 8 - b.Meta.FooterSize, d.Length)),
        (r, s, b, _) => Data(r, s, b, "bits of the page indexes", d => Flip(r, d, b.IndexStart, d.Length - 8 - b.Meta.FooterSize)),
        (r, s, b, _) => Data(r, s, b, "bits of page headers", d => Headers(r, d, b)),
        (r, s, b, _) => Data(r, s, b, "bits behind page headers", d => Bodies(r, d, b)),
        (r, s, b, _) => Data(r, s, b, "a number of a page header", d => HeaderNumber(r, d, b)),
        (r, s, b, _) => Data(r, s, b, "a number", d => Number(r, d)),
        (r, s, b, _) => Data(r, s, b, "a number of the footer", d => FooterNumber(r, d, b)),
        (r, s, b, _) => Data(r, s, b, "the end", d => d[..r.Next(d.Length)]),
        (r, s, b, _) => Data(r, s, b, "a gap", d => Cut(r, d)),
        (r, s, b, _) => Data(r, s, b, "an insertion", d => Insert(r, d)),
        (r, s, b, _) => Data(r, s, b, "zeros", d => Zero(r, d)),
        (r, s, b, o) => Data(r, s, b, "a splice", d => Splice(r, d, o.Objects[o.Key("data.parquet")])),
        (_, s, b, o) => Data(null, s, b, "another block's file", _ => o.Objects[o.Key("data.parquet")]),
        (r, s, b, _) => Data(r, s, b, "the footer's length", d => FooterLength(r, d)),
        (r, s, b, _) => Meta(s, b, "the footer's size", m => m with { FooterSize = (int)Pick(r, m.FooterSize) }),
        (r, s, b, _) => Meta(s, b, "the size", m => m with { Size = Pick(r, m.Size) }),
        (r, s, b, _) => Meta(s, b, "the bloom shards", m => m with { BloomShards = (int)Pick(r, 1) }),
        (r, s, b, _) => Meta(s, b, "the format", m => m with { Format = Choose(r, ["vParquet3", "vParquet4", "vParquet5", "v2", "vParquet6-preview", ""]) }),
        (r, s, b, _) => Meta(s, b, "the columns", m => m with { DedicatedColumns = [.. Enumerable.Range(0, r.Next(30)).Select(i => new DedicatedColumn(Choose(r, ["", "a", "http.route"]), Choose(r, ["span", "resource", "event", "x"]), Choose(r, ["string", "int"])))] }),
        (r, s, b, _) => Other(r, s, b.Key("meta.json"), "the description"),
        (r, s, b, _) => Other(r, s, b.Key("bloom-0"), "the bloom shard"),
        (r, s, b, _) => Bloom(r, s, b),
        (r, s, b, _) => Other(r, s, b.Key("index"), "the index"),
        (r, s, b, _) => Other(r, s, Choose(r, [BlockKeys.IndexJson(b.Meta.TenantId), BlockKeys.IndexProto(b.Meta.TenantId)]), "the tenant's index"),
        (r, s, b, _) => Missing(r, s, b),
    ];

    /// <summary>Damages the block in one to three ways and says how.</summary>
    public static string Apply(Random random, MemoryBlockStore store, FuzzBlock block, FuzzBlock other) =>
        string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => All[random.Next(All.Length)](random, store, block, other)).ToList());

    /// <summary>Bytes that are like the given ones, but not the same.</summary>
    public static byte[] Garble(Random random, byte[] content) => random.Next(8) switch
    {
        0 => [],
        1 => content[..random.Next(content.Length + 1)],
        2 => Cut(random, content),
        3 => Insert(random, content),
        4 => [.. Enumerable.Range(0, random.Next(200)).Select(_ => (byte)random.Next(256))],
        5 => Encoding.UTF8.GetBytes(new string('[', random.Next(1, 5000)) + new string('{', random.Next(100))),
        _ => Flip(random, content.ToArray(), 0, content.Length),
    };

    private static string Data(Random? random, MemoryBlockStore store, FuzzBlock block, string what, Func<byte[], byte[]> change)
    {
        if (!store.Objects.TryGetValue(block.Key("data.parquet"), out var content) || content.Length < 64 + block.Meta.FooterSize)
        {
            return $"{what} (not there)";
        }

        var changed = change(content.ToArray());
        store[block.Key("data.parquet")] = changed;
        if (changed.Length != content.Length && (random is null || random.Next(2) == 0))
        {
            Meta(store, block, what, m => m with { Size = changed.Length });
        }

        return what;
    }

    private static string Meta(MemoryBlockStore store, FuzzBlock block, string what, Func<BlockMeta, BlockMeta> change)
    {
        if (store.Objects.TryGetValue(block.Key("meta.json"), out var content))
        {
            try
            {
                store[block.Key("meta.json")] = change(BlockMeta.Parse(content)).ToJson();
            }
            catch (FormatException)
            {
                // Damaged before.
            }
        }

        return what;
    }

    private static string Other(Random random, MemoryBlockStore store, string key, string what)
    {
        if (store.Objects.TryGetValue(key, out var content))
        {
            store[key] = Garble(random, content);
        }

        return what;
    }

    private static string Bloom(Random random, MemoryBlockStore store, FuzzBlock block)
    {
        if (store.Objects.TryGetValue(block.Key("bloom-0"), out var content) && content.Length >= 24)
        {
            var changed = content.ToArray();
            for (var field = 0; field < 3; field++)
            {
                BinaryPrimitives.WriteInt64BigEndian(changed.AsSpan(8 * field), random.Next(2) == 0 ? Pick(random, 819_200) : random.NextInt64());
            }

            store[block.Key("bloom-0")] = changed;
        }

        return "the bloom's numbers";
    }

    private static string Missing(Random random, MemoryBlockStore store, FuzzBlock block)
    {
        var name = Choose(random, ["data.parquet", "bloom-0", "index", "meta.json"]);
        store.DeleteAsync(block.Key(name), CancellationToken.None);
        return $"{name} missing";
    }

    private static byte[] Flip(Random random, byte[] content, int from, int until)
    {
        for (var flips = random.Next(1, 9); flips > 0 && until > from; flips--)
        {
            var at = random.Next(Math.Max(0, from), until);
            content[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(content[at] ^ (1 << random.Next(8)));
        }

        return content;
    }

    private static byte[] Headers(Random random, byte[] content, FuzzBlock block)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = block.Headers[random.Next(block.Headers.Count)];
            Flip(random, content, Math.Min(at, content.Length - 1), Math.Min(at + 24, content.Length));
        }

        return content;
    }

    private static byte[] Bodies(Random random, byte[] content, FuzzBlock block)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = block.Headers[random.Next(block.Headers.Count)];
            Flip(random, content, Math.Min(at + 16, content.Length - 1), Math.Min(at + 80, content.Length));
        }

        return content;
    }

    private static byte[] Number(Random random, byte[] content)
    {
        var at = random.Next(content.Length - 8);
        BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(at), Pick(random, content.Length));
        return content;
    }

    // A variable-length integer of the footer becomes a large one, in place.
    private static byte[] FooterNumber(Random random, byte[] content, FuzzBlock block)
    {
        var at = random.Next(content.Length - 8 - block.Meta.FooterSize, content.Length - 16);
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            content[at++] |= 0x80;
        }

        return content;
    }

    // So does one of a page header, and what follows shifts by as much: sizes and counts of up to 31 bits.
    private static byte[] HeaderNumber(Random random, byte[] content, FuzzBlock block)
    {
        var at = Math.Min(block.Headers[random.Next(block.Headers.Count)] + random.Next(2, 16), content.Length - 16);
        for (var i = random.Next(2, 5); i > 0; i--)
        {
            content[at++] |= 0x80;
        }

        content[at] = (byte)random.Next(1, 16);
        return content;
    }

    private static byte[] FooterLength(Random random, byte[] content)
    {
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(content.Length - 8), (int)Pick(random, content.Length));
        return content;
    }

    private static byte[] Cut(Random random, byte[] content)
    {
        var (at, length) = (random.Next(content.Length + 1), random.Next(1, 400));
        return [.. content[..at], .. content[Math.Min(content.Length, at + length)..]];
    }

    private static byte[] Insert(Random random, byte[] content)
    {
        var at = random.Next(content.Length + 1);
        var bytes = new byte[random.Next(1, 400)];
        random.NextBytes(bytes);
        return [.. content[..at], .. bytes, .. content[at..]];
    }

    private static byte[] Zero(Random random, byte[] content)
    {
        var at = random.Next(content.Length);
        content.AsSpan(at, Math.Min(random.Next(1, 3000), content.Length - at)).Clear();
        return content;
    }

    private static byte[] Splice(Random random, byte[] content, byte[] other)
    {
        var at = random.Next(Math.Min(content.Length, other.Length));
        return random.Next(2) == 0 ? [.. content[..at], .. other[at..]] : [.. other[..at], .. content[at..]];
    }

    private static long Pick(Random random, long near) => random.Next(3) == 0 ? near + random.Next(-20, 20) : Numbers[random.Next(Numbers.Length)];

    private static T Choose<T>(Random random, T[] items) => items[random.Next(items.Length)];
}
