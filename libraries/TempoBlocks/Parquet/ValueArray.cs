using System.Buffers;
using System.Text;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>
/// Decoded values of a page or a dictionary. Integers are widened to 64 bits; byte arrays are slices of one buffer. The arrays may be rented
/// and longer than <see cref="Count"/>.
/// </summary>
internal sealed class ValueArray
{
    private readonly long[] _integers = [];
    private readonly double[] _doubles = [];
    private readonly bool[] _booleans = [];
    private readonly byte[] _bytes = [];
    private readonly int[] _offsets = [];
    private readonly int[] _lengths = [];
    private string?[]? _strings;

    public ValueArray(long[] integers, int count) => (_integers, Count) = (integers, count);

    public ValueArray(double[] doubles, int count) => (_doubles, Count) = (doubles, count);

    public ValueArray(bool[] booleans, int count) => (_booleans, Count) = (booleans, count);

    public ValueArray(byte[] bytes, int[] offsets, int[] lengths, int count) =>
        (_bytes, _offsets, _lengths, Count) = (bytes, offsets, lengths, count);

    public static ValueArray Empty { get; } = new(Array.Empty<long>(), 0);

    public int Count { get; }

    public ReadOnlySpan<long> Integers => _integers.AsSpan(0, Count);

    public ReadOnlySpan<double> Doubles => _doubles.AsSpan(0, Count);

    public ReadOnlySpan<bool> Booleans => _booleans.AsSpan(0, Count);

    public long Integer(int index) => _integers[index];

    public double Double(int index) => _doubles[index];

    public bool Boolean(int index) => _booleans[index];

    public ReadOnlySpan<byte> Bytes(int index) => _bytes.AsSpan(_offsets[index], _lengths[index]);

    /// <summary>The text of a value; remembered when <paramref name="remember"/> is set, as dictionaries' values recur.</summary>
    public string Text(int index, bool remember)
    {
        if (!remember)
        {
            return Encoding.UTF8.GetString(Bytes(index));
        }

        _strings ??= new string?[Count];
        return _strings[index] ??= Encoding.UTF8.GetString(Bytes(index));
    }

    /// <summary>Values of several arrays in arrays of their own.</summary>
    public static ValueArray Join(PhysicalType type, IReadOnlyList<(ValueArray Values, int Index)> items)
    {
        switch (type)
        {
            case PhysicalType.Int32 or PhysicalType.Int64: return new([.. items.Select(i => i.Values.Integer(i.Index))], items.Count);
            case PhysicalType.Double: return new([.. items.Select(i => i.Values.Double(i.Index))], items.Count);
            case PhysicalType.Boolean: return new([.. items.Select(i => i.Values.Boolean(i.Index))], items.Count);
        }

        var (bytes, offsets, lengths) = (new MemoryStream(), new int[items.Count], new int[items.Count]);
        for (var i = 0; i < items.Count; i++)
        {
            var value = items[i].Values.Bytes(items[i].Index);
            (offsets[i], lengths[i]) = ((int)bytes.Length, value.Length);
            bytes.Write(value);
        }

        return new(bytes.ToArray(), offsets, lengths, items.Count);
    }

    /// <summary>Gives rented arrays back, except the bytes, which their page gives back.</summary>
    public void Release()
    {
        Return(_integers);
        Return(_doubles);
        Return(_booleans);
        Return(_offsets);
        Return(_lengths);
    }

    private static void Return<T>(T[] rented)
    {
        if (rented.Length > 0)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }
}
