using System.Security.Cryptography;

namespace TempoCos.AppHost;

/// <summary>The API key that the sandbox's IBM Cloud accepts in this run.</summary>
internal static class SandboxApiKey
{
    public static string New() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 44);
}
