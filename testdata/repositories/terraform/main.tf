resource "kubernetes_manifest" "web" { manifest = yamldecode(file("k8s/web.yaml")) }
