using System.Text;

namespace TempoCos.TempoBlocks.Parquet;

/// <summary>Decoded values of a page or a dictionary. Integers are widened to 64 bits; byte arrays are slices of one buffer.</summary>
internal sealed class ValueArray
{
    private readonly long[] _integers = [];
    private readonly double[] _doubles = [];
    private readonly bool[] _booleans = [];
    private readonly byte[] _bytes = [];
    private readonly int[] _offsets = [];
    private readonly int[] _lengths = [];
    private string?[]? _strings;

    public ValueArray(long[] integers) => (_integers, Count) = (integers, integers.Length);

    public ValueArray(double[] doubles) => (_doubles, Count) = (doubles, doubles.Length);

    public ValueArray(bool[] booleans) => (_booleans, Count) = (booleans, booleans.Length);

    public ValueArray(byte[] bytes, int[] offsets, int[] lengths) =>
        (_bytes, _offsets, _lengths, Count) = (bytes, offsets, lengths, offsets.Length);

    public int Count { get; }

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
}
