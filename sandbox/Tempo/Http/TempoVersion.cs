namespace TempoCos.Tempo.Http;

/// <summary>The Tempo whose behaviour this program follows.</summary>
public static class TempoVersion
{
    public const string Number = "2.10.8";
}
