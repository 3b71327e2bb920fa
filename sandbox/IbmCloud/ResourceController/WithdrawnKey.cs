namespace TempoCos.IbmCloud.ResourceController;

/// <summary>A deleted resource key with the credentials that it had.</summary>
/// <param name="Key">The key as it was.</param>
/// <param name="At">When it was deleted.</param>
/// <param name="WithInstance">Whether it went with its instance, and may come back with it.</param>
public sealed record WithdrawnKey(ResourceKey Key, DateTimeOffset At, bool WithInstance)
{
    // A record's ToString would print the secrets.
    public override string ToString() => Key.Guid;
}
