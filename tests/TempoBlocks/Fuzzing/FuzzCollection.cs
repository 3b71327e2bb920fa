namespace TempoCos.TempoBlocks.Tests.Fuzzing;

/// <summary>Allocations are those of the process: nothing else runs beside these tests.</summary>
[CollectionDefinition(nameof(FuzzCollection), DisableParallelization = true)]
public sealed class FuzzCollection;
