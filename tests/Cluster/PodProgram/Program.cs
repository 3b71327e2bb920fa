using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

// Stands for Tempo, or for anything that a pod runs: answers on its ports and does what the path says.
//   --fetch URL… asks there and says what became of it;
//   /ready 200, /crash exits with 7, /unready makes /ready answer 503, /append adds a line to the file of --data and answers with all of it.
if (args is ["--fetch", .. var urls])
{
    await FetchAsync(urls);
    return;
}

var data = Array.IndexOf(args, "--data") is >= 0 and var at ? args[at + 1] : null;
var ready = true;
Console.WriteLine($"arguments: {string.Join(' ', args)}");
foreach (var name in (string[])["POD_NAME", "GREETING", "TEMPOCOS_TEST_LEAK"])
{
    Console.WriteLine($"{name}={Environment.GetEnvironmentVariable(name)}");
}

using var stubborn = args.Contains("--stubborn") ? PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true) : null;
if (args.Contains("tempo-query"))
{
    // A probe asks it by gRPC: serving, in an empty frame and its trailer.
    var builder = WebApplication.CreateSlimBuilder();
    builder.Logging.ClearProviders();
    builder.WebHost.ConfigureKestrel(kestrel =>
        kestrel.ListenLocalhost(int.Parse(Environment.GetEnvironmentVariable("PORT_PROXY_GRPC")!, CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2));
    await using var app = builder.Build();
    app.Run(async context =>
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 8, 1 });
        context.Response.AppendTrailer("grpc-status", "0");
    });
    await app.RunAsync();
    return;
}

var port = args.Contains("jaeger-query") ? "PORT_JAEGER_UI" : "PORT_HTTP";
await Task.WhenAll(ServeAsync(port, AnswerAsync), ServeAsync(port == "PORT_HTTP" ? "PORT_TEMPO_INTERNAL" : "", AnswerAsync), ServeAsync("PORT_ECHO", stream => stream.CopyToAsync(stream)));
await Task.Delay(Timeout.Infinite);

static async Task FetchAsync(string[] urls)
{
    using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
    foreach (var url in urls)
    {
        try
        {
            Console.WriteLine($"{url} {(await http.GetStringAsync(new Uri(url))).Trim()}");
        }
        catch (HttpRequestException problem)
        {
            Console.WriteLine($"{url} {(problem.InnerException as SocketException)?.SocketErrorCode.ToString() ?? problem.Message}");
        }
    }
}

static async Task ServeAsync(string variable, Func<NetworkStream, Task> serve)
{
    if (!int.TryParse(Environment.GetEnvironmentVariable(variable), out var number))
    {
        return;
    }

    var listener = new TcpListener(IPAddress.Loopback, number);
    listener.Start();
    while (true)
    {
        var client = await listener.AcceptTcpClientAsync();
        _ = Task.Run(async () =>
        {
            using (client)
            {
                await serve(client.GetStream());
            }
        });
    }
}

async Task AnswerAsync(NetworkStream stream)
{
    using var reader = new StreamReader(stream, Encoding.ASCII);
    var path = (await reader.ReadLineAsync())?.Split(' ')[1] ?? "";
    while (await reader.ReadLineAsync() is { Length: > 0 })
    {
        // Headers say nothing here.
    }

    switch (path)
    {
        case "/crash":
            Environment.Exit(7);
            break;
        case "/unready":
            ready = false;
            break;
        case "/append":
            await File.AppendAllTextAsync(Path.Combine(data!, "lines"), "line\n");
            break;
        default:
            break;
    }

    var body = path == "/append" ? await File.ReadAllTextAsync(Path.Combine(data!, "lines")) : "answer\n";
    var status = path == "/ready" && !ready ? "503 Service Unavailable" : "200 OK";
    await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
}
