using ZstdSharp;

namespace TempoCos.TempoBlocks;

/// <summary>Turns what damaged bytes provoke in the layers below into errors that name the block.</summary>
internal static class Damage
{
    public static async Task<T> GuardAsync<T>(string block, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new BlockFormatException(block, Reason(e), e);
        }
    }

    public static T Guard<T>(string block, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new BlockFormatException(block, Reason(e), e);
        }
    }

    // Besides the checks' own exception: those of bounds checks, of sizes beyond 31 bits and of the decompressors.
    private static bool IsDamage(Exception e) => e is InvalidDataException or EndOfStreamException or IndexOutOfRangeException
        or ArgumentException or OverflowException or ZstdException;

    private static string Reason(Exception e) =>
        e is InvalidDataException or EndOfStreamException ? e.Message : $"its bytes contradict each other ({e.Message})";
}
