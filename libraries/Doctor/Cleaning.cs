namespace TempoCos.Doctor;

/// <summary>How the removal of canaries went.</summary>
internal sealed class Cleaning
{
    /// <summary>Of earlier examinations that did not get to it.</summary>
    public int Stale { get; set; }

    /// <summary>Keys that are still there, each with the answer to its deletion.</summary>
    public List<string> Left { get; } = [];
}
