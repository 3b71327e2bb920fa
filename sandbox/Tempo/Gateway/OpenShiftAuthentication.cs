using System.Text.Json.Nodes;
using Grpc.Core;

namespace TempoCos.Tempo.Gateway;

/// <summary>Tokens of the cluster that the gateway runs in, which its API server is asked about (TokenReview). Logging in with a browser is not offered here.</summary>
public sealed class OpenShiftAuthentication(ClusterApi cluster) : IAuthentication
{
    public async Task<Identity> IdentifyAsync(string token, CancellationToken cancellationToken)
    {
        var review = new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["spec"] = new JsonObject { ["token"] = token } };
        JsonNode? status;
        try
        {
            status = (await cluster.CreateAsync("apis/authentication.k8s.io/v1/tokenreviews", review, token: null, cancellationToken))["status"];
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Unknown();
        }

        return status?["authenticated"]?.GetValue<bool>() != true
            ? throw Unknown()
            : new(
                status["user"]?["username"]?.GetValue<string>() ?? "",
                [.. (status["user"]?["groups"] as JsonArray ?? []).Select(group => group?.GetValue<string>() ?? "")],
                token);
    }

    public GatewayRefusedException WithoutToken(HttpRequest request) => Unknown();

    private static GatewayRefusedException Unknown() => new(StatusCodes.Status401Unauthorized, StatusCode.Unauthenticated, "OAuth authentication not available") { GrpcMessage = "missing SA token or mTLS" };
}
