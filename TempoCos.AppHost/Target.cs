using Microsoft.Extensions.Configuration;
using TempoCos.Contracts;

namespace TempoCos.AppHost;

/// <summary>Where a run takes place: parameter <c>target</c>, also <c>TempoCos:Target</c>. A chart is for a cluster.</summary>
internal static class Target
{
    public const string Sandbox = "sandbox";
    public const string Cloud = "cloud";

    /// <exception cref="DiagnosticException">There is no such place.</exception>
    public static string Of(IConfiguration configuration) => (configuration["Parameters:target"] ?? configuration["TempoCos:Target"] ?? (Publishing.Is(configuration) ? Cloud : Sandbox)) switch
    {
        Sandbox => Sandbox,
        Cloud => Cloud,
        var other => throw new DiagnosticException("TC914", other, "there is no such target", $"Set TempoCos__Target to {Sandbox} or {Cloud}."),
    };
}
