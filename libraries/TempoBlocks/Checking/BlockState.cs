namespace TempoCos.TempoBlocks.Checking;

/// <summary>Which description a block's folder has.</summary>
public enum BlockState
{
    /// <summary>meta.json: the block is read.</summary>
    Live,

    /// <summary>meta.compacted.json: the block was compacted away or is past retention, and will be deleted.</summary>
    Compacted,

    /// <summary>Neither: the block is being written, or its writer failed. Nobody reads it.</summary>
    Unpublished,
}
