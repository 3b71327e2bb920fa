namespace TempoCos.TempoBlocks.Checking;

/// <summary>A bloom shard.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Bytes">Of the object.</param>
/// <param name="Hashes">Bits a key.</param>
/// <param name="Fill">The share of bits that are set.</param>
public sealed record BloomSummary(int Shard, long Bytes, int Hashes, double Fill)
{
    /// <summary>The share of absent ids that the shard answers with "maybe".</summary>
    public double FalsePositives => Math.Pow(Fill, Hashes);
}
