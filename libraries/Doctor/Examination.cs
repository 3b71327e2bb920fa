using System.Collections.Concurrent;
using TempoCos.Doctor.Wire;

namespace TempoCos.Doctor;

/// <summary>What the checks of one examination share.</summary>
internal sealed class Examination(StoreTarget target, EndpointForm form, StoreDoctorOptions options, S3Wire wire, Canary canary)
{
    private readonly ConcurrentDictionary<StoreRight, string> _missing = new();

    public StoreTarget Target => target;

    public EndpointForm Form => form;

    public StoreDoctorOptions Options => options;

    public S3Wire Wire => wire;

    public Canary Canary => canary;

    public S3Bucket Bucket { get; } = new(wire, canary);

    /// <summary>Canaries of this and earlier examinations.</summary>
    public Cleaning Cleaning { get; } = new();

    /// <summary>How long objects are locked by default; null when they are not.</summary>
    public string? Lock { get; set; }

    /// <summary>Tempo's prefix as it begins a key.</summary>
    public string TempoPrefix => target.Prefix.Length == 0 ? "" : $"{target.Prefix}/";

    public void Lacks(StoreRight right, string why) => _missing[right] = why;

    /// <summary>Why a check cannot be asked; null when it can.</summary>
    public string? Missing(IEnumerable<StoreRight> needs) => needs.Select(right => _missing.GetValueOrDefault(right)).FirstOrDefault(why => why is not null);
}
