using System.Net;
using System.Text.Json;

namespace TempoCos.CosProvisioner.Http;

/// <summary>An answer of IAM, Resource Manager or Resource Controller that is not a success, with the error code and text of whichever envelope it came in.</summary>
internal sealed class CloudApiException(RemoteSystem system, string request, HttpStatusCode status, string code, string text, TimeSpan? retryAfter)
    : Exception($"{system.Name} answered {(int)status} {code} to {request}: {text}")
{
    public RemoteSystem System { get; } = system;

    public string Request { get; } = request;

    public HttpStatusCode Status { get; } = status;

    public string Code { get; } = code;

    public string Text { get; } = text;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool IsTransient => Transience.IsTransient(Status);

    /// <summary>The request was understood and is not granted, which repeating it does not change.</summary>
    public bool IsRefusal => (int)Status is >= 400 and < 500 and not 401 and not 403 && !IsTransient;

    /// <summary>A broker's conflict comes as another status, with the real one in brackets.</summary>
    public bool IsBrokerConflict => Text.Contains("[409", StringComparison.Ordinal);

    public bool SpeaksOf(string word) => Text.Contains(word, StringComparison.OrdinalIgnoreCase);

    public static async Task<CloudApiException> ReadAsync(RemoteSystem system, HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var (code, text) = ReadEnvelope(body);
        var request = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri?.AbsolutePath}";
        return new CloudApiException(system, request, response.StatusCode, code, text ?? response.ReasonPhrase ?? "no text", Transience.RetryAfter(response, time));
    }

    // Three shapes on two hosts: {errors:[{code,message}]}, {error_code,message}, {errorCode,errorMessage}.
    private static (string Code, string? Text) ReadEnvelope(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return ("", null);
            }

            var holder = root.TryGetProperty("errors", out var errors) && errors is { ValueKind: JsonValueKind.Array } && errors.GetArrayLength() > 0 ? errors[0] : root;
            return (First(holder, "code", "error_code", "errorCode") ?? "", First(holder, "message", "error", "errorMessage"));
        }
        catch (JsonException)
        {
            return ("", null);
        }
    }

    private static string? First(JsonElement holder, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (holder.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString();
            }
        }

        return null;
    }
}
