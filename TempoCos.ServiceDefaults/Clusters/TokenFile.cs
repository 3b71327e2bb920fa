using System.Net.Http.Headers;
using k8s.Authentication;
using TempoCos.Contracts;

namespace TempoCos.ServiceDefaults.Clusters;

/// <summary>A bearer token in a file that somebody else renews: read for each request, so that a new one counts at once.</summary>
internal sealed class TokenFile(string path) : ITokenProvider
{
    private string _last = "";

    public async Task<AuthenticationHeaderValue> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            _last = token.Length > 0 ? token : _last;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // While it is exchanged it may not be there; the token that was read last is good until the server refuses it.
            if (_last.Length == 0)
            {
                throw new DiagnosticException(
                    "TC306", path, $"The file with the bearer token cannot be read: {exception.Message.TrimEnd('.')}", "Have the file written and readable, or correct tokenFile in the kubeconfig.", exception);
            }
        }

        return _last.Length > 0
            ? new AuthenticationHeaderValue("Bearer", _last)
            : throw new DiagnosticException("TC306", path, "The file with the bearer token is empty", "Have the file written, or correct tokenFile in the kubeconfig.");
    }
}
