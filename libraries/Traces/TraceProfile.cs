using TempoCos.Traces.Generation;

namespace TempoCos.Traces;

/// <summary>What traces look like. A profile's name and its output for a seed never change; a new look is a new profile.</summary>
public sealed class TraceProfile
{
    private TraceProfile(string name, TimeSpan spacing, TimeSpan longest, Action<TraceBuilder> build)
    {
        Name = name;
        Spacing = spacing;
        Longest = longest;
        Build = build;
    }

    /// <summary>
    /// A web shop of seven services: 5 to 20 nested spans of every kind, events, links, every attribute type, unicode, errors.
    /// Nothing in it is above the 2048 bytes at which Tempo cuts attributes.
    /// </summary>
    public static TraceProfile Shop { get; } = new("shop", TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1), Generation.Shop.Build);

    /// <summary>Every profile.</summary>
    public static IReadOnlyList<TraceProfile> All { get; } = [Shop];

    /// <summary>As it stands in a manifest.</summary>
    public string Name { get; }

    /// <summary>From the start of one trace to the start of the next.</summary>
    public TimeSpan Spacing { get; }

    /// <summary>No trace lasts longer.</summary>
    public TimeSpan Longest { get; }

    internal Action<TraceBuilder> Build { get; }

    /// <summary>The profile of that name, or null.</summary>
    public static TraceProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);

    /// <summary>From the first span's start to the last one's end, at most, of <paramref name="count"/> traces.</summary>
    public TimeSpan Window(long count) => (Spacing * count) + Longest;
}
