using System.ComponentModel.DataAnnotations;

namespace TempoCos.CosProvisioner.ObjectStorage.Emptying;

/// <summary>Section <c>Emptying</c>: how hard a bucket is emptied.</summary>
internal sealed class EmptyingOptions
{
    public const string Section = "Emptying";

    /// <summary>Requests at once, while the store does not ask for fewer.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Pages of 1000 keys that wait for their deletion at most: the bound of what is held in memory.</summary>
    [Range(1, 64)]
    public int PagesAhead { get; set; } = 4;
}
