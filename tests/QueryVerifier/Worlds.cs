namespace TempoCos.QueryVerifier.Tests;

/// <summary>Tests that share the world run one after another: a Tempo at a time is enough for a small machine.</summary>
[CollectionDefinition(Name)]
public sealed class Worlds : ICollectionFixture<World>
{
    public const string Name = "worlds";
}
