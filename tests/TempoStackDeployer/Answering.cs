using System.Net;
using System.Text;

namespace TempoCos.TempoStackDeployer.Tests;

/// <summary>Answers for the server where a test wants it to, with a Status.</summary>
internal sealed class Answering(
    Func<HttpRequestMessage, HttpStatusCode?> answer,
    string content = """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"no, said the test"}""") : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        answer(request) is { } status
            ? Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent(content, Encoding.UTF8, "application/json") })
            : base.SendAsync(request, cancellationToken);
}
