namespace TempoCos.CosProvisioner.Ledger;

/// <summary>Section <c>TempoCos</c>.</summary>
internal sealed class HomeOptions
{
    public const string Section = "TempoCos";

    /// <summary>Directory of durable state.</summary>
    public string Home { get; set; } = "./.tempocos";
}
