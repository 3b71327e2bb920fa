namespace TempoCos.Doctor;

/// <summary>Bounds of an examination.</summary>
public sealed record StoreDoctorOptions
{
    /// <summary>An unfinished upload that is older is a leak.</summary>
    public TimeSpan DanglingAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A median answer time beyond this is worth a warning. One search of Tempo waits for some tens of answers.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest time of one check.</summary>
    public TimeSpan CheckLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Canaries of an earlier examination that did not end are removed when they are older.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(10);
}
