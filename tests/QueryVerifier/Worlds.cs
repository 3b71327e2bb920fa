namespace TempoCos.QueryVerifier.Tests;

/// <summary>Tests that share a world run one after another. There are two such worlds, this one and <see cref="LadderWorlds"/>: two Tempos at a time are enough for a small machine.</summary>
[CollectionDefinition(Name)]
public sealed class Worlds : ICollectionFixture<World>
{
    public const string Name = "worlds";
}
