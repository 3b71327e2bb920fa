using System.Security.Cryptography.X509Certificates;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>What a credential plugin gave.</summary>
/// <param name="Token">Bearer token, or null.</param>
/// <param name="Certificate">Client certificate with its key, or null.</param>
/// <param name="Expires">When it runs out; null: when the server says so.</param>
internal sealed record ExecCredential(string? Token, X509Certificate2? Certificate, DateTimeOffset? Expires);
