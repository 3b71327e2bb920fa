namespace TempoCos.QueryVerifier.Tests;

/// <summary>The world of the tests of the whole ladder, which take as long as all others together.</summary>
[CollectionDefinition(Name)]
public sealed class LadderWorlds : ICollectionFixture<World>
{
    public const string Name = "ladder worlds";
}
