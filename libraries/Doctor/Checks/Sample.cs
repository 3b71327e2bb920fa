namespace TempoCos.Doctor.Checks;

/// <summary>Bytes that compress badly and are the same each time.</summary>
internal static class Sample
{
    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
