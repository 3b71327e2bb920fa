namespace TempoCos.TempoBlocks;

/// <summary>A block, or an object that describes blocks, is damaged or of an unknown format.</summary>
public sealed class BlockFormatException(string block, string reason, Exception? inner = null)
    : Exception($"Block {block} cannot be read: {reason}", inner)
{
    /// <summary>Tenant and block id, or the key of the damaged object.</summary>
    public string Block { get; } = block;

    /// <summary>What is wrong with it.</summary>
    public string Reason { get; } = reason;
}
