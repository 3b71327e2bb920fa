namespace TempoCos.Pipeline.Runs;

/// <summary>Section <c>TempoCos</c> of the configuration.</summary>
internal sealed class PipelineOptions
{
    /// <summary>Directory of runs, receipts and ledgers.</summary>
    public string Home { get; set; } = RunDirectory.Home();
}
